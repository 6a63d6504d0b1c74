import { Body, Controller, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { statusText, type Parcel } from '@example/shared';
import { NewParcel } from './new-parcel';
import { ParcelsService } from './parcels.service';

type ParcelView = Parcel & { readonly text: string };

@Controller('parcels')
export class ParcelsController {
  constructor(private readonly parcels: ParcelsService) {}

  @Get()
  all(): ParcelView[] {
    return this.parcels.all().map(view);
  }

  @Get(':id')
  one(@Param('id') id: string): ParcelView {
    const parcel = this.parcels.find(id);
    if (parcel === undefined) throw new NotFoundException(`There is no parcel ${id}.`);
    return view(parcel);
  }

  @Post()
  post(@Body() parcel: NewParcel): ParcelView {
    return view(this.parcels.post(parcel));
  }
}

function view(parcel: Parcel): ParcelView {
  return { ...parcel, text: statusText(parcel.status) };
}
