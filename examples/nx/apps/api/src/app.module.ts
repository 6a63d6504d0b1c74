import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { HealthController } from './health.controller';
import { ParcelsController } from './parcels/parcels.controller';
import { ParcelsService } from './parcels/parcels.service';

@Module({
  imports: [ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true })],
  controllers: [HealthController, ParcelsController],
  providers: [ParcelsService],
})
export class AppModule {}
